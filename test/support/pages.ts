/** Lists and their pages, as clients read them. */

export type List = "followers" | "following"

/** A page of a list, newest first. Without `next` or `previous` there is nothing that way. */
export interface Page {
  readonly ids: ReadonlyArray<string>
  readonly next?: string | undefined
  readonly previous?: string | undefined
}
