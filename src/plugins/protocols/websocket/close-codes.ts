/** Close codes of RFC 6455 §7.4 that this client says itself, and which ones may stand in a Close frame at all. */

export const NORMAL = 1000
/** A user that ends leaves as a browser does whose page is closed. */
export const GOING_AWAY = 1001
export const PROTOCOL_ERROR = 1002
/** Never sent: a Close frame without a code. */
export const NO_CODE = 1005
/** Never sent: the connection ended without a Close frame. */
export const ABNORMAL = 1006
export const INVALID_DATA = 1007
export const TOO_LARGE = 1009

const RESERVED: ReadonlySet<number> = new Set([1004, NO_CODE, ABNORMAL])

/** May this code stand in a frame? 1000 … 1014 but for the reserved ones, and 3000 … 4999 for libraries and applications. */
export function isSendable(code: number): boolean {
  if (!Number.isInteger(code)) return false
  return (code >= 1000 && code <= 1014 && !RESERVED.has(code)) || (code >= 3000 && code <= 4999)
}

/** Does this code say that the connection ended as it should? */
export function isOrderly(code: number): boolean {
  return code === NORMAL || code === GOING_AWAY || code === NO_CODE || code >= 3000
}
