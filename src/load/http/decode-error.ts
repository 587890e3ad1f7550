/** What decoders throw at each other's caller, `decodeBody`, which turns it into a value; nobody else sees it. */

/** The content is corrupt, cut, or followed by bytes that belong to nothing. */
export class ContentError extends Error {}

/** The content goes beyond the limit. */
export class ContentTooLarge extends Error {}
