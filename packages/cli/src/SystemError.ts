/** What the system says when it does not do what it was asked: a code, and words for it. */

/** `ENOENT`, for example; nothing where the system has not said anything. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined

const words: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "the permissions do not allow it",
  EPERM: "the permissions do not allow it",
  EEXIST: "a file of that name is there already",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is no directory",
  ENOSPC: "there is no space left",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "its name is too long",
}

/** Why something could not be done with a file. */
export const explain = (error: unknown): string => {
  const code = codeOf(error) ?? "unknown error"
  return words[code] ?? code
}
