/**
 * Finds links, hashtags, cashtags and mentions in a profile, with their places.
 *
 * Places count Unicode code points, as X's do: an emoji is one.
 *
 * @since 0.1.0
 */

interface Place {
  readonly start: number
  readonly end: number
}

/** @category models @since 0.1.0 */
export interface Url extends Place {
  readonly url: string
  readonly expanded_url: string
  readonly display_url: string
}

/** @category models @since 0.1.0 */
export interface Tag extends Place {
  readonly tag: string
}

/** @category models @since 0.1.0 */
export interface Mention extends Place {
  readonly username: string
}

/**
 * Kinds that were not found are left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Found {
  readonly urls?: ReadonlyArray<Url>
  readonly hashtags?: ReadonlyArray<Tag>
  readonly cashtags?: ReadonlyArray<Tag>
  readonly mentions?: ReadonlyArray<Mention>
}

const length = (text: string): number => Array.from(text).length

const link = (url: string, place: Place): Url => ({
  ...place,
  url,
  expanded_url: url,
  display_url: url.replace(/^https?:\/\/(?:www\.)?/i, ""),
})

/**
 * The link of a profile: the whole text is the link.
 *
 * @category constructors
 * @since 0.1.0
 */
export const profileUrl = (url: string): Url => link(url, { start: 0, end: length(url) })

// One pass, links first: what looks like a tag inside a link is none. A match is glued to no word.
const pattern =
  /(?<url>https?:\/\/[^\s<>"]+)|(?<![\p{L}\p{N}_&/#@$])(?:#(?<hashtag>[\p{L}\p{N}_]+)|\$(?<cashtag>[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?![\p{L}\p{N}_])|@(?<mention>[A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@]))/gu

/**
 * What a text contains; `undefined` when it is only text.
 *
 * @category operations
 * @since 0.1.0
 */
export const find = (text: string): Found | undefined => {
  const urls: Array<Url> = []
  const hashtags: Array<Tag> = []
  const cashtags: Array<Tag> = []
  const mentions: Array<Mention> = []
  let units = 0
  let points = 0
  for (const match of text.matchAll(pattern)) {
    points += length(text.slice(units, match.index))
    units = match.index
    const whole = match[0]
    const { url, hashtag, cashtag, mention } = match.groups ?? {}
    // The full stop behind a link ends the sentence.
    const shown = url === undefined ? whole : whole.replace(/[.,;:!?)]+$/, "")
    const place = { start: points, end: points + length(shown) }
    if (url !== undefined) urls.push(link(shown, place))
    // "#1" is a number.
    else if (hashtag !== undefined && /\p{L}/u.test(hashtag)) {
      hashtags.push({ ...place, tag: hashtag })
    } else if (cashtag !== undefined) cashtags.push({ ...place, tag: cashtag })
    else if (mention !== undefined) mentions.push({ ...place, username: mention })
  }
  const found: Found = {
    ...(urls.length > 0 ? { urls } : {}),
    ...(hashtags.length > 0 ? { hashtags } : {}),
    ...(cashtags.length > 0 ? { cashtags } : {}),
    ...(mentions.length > 0 ? { mentions } : {}),
  }
  return Object.keys(found).length > 0 ? found : undefined
}
