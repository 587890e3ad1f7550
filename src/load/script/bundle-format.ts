/** What the maker of a bundle and its loader agree on. */

/** Stands for the running copy of the package inside a bundle; followed by `onrush` or `onrush/…`. */
export const RUNTIME_SPECIFIER = 'onrush-runtime:'
/** Name under which a bundle exports its files: `[path, module namespace][]`. */
export const FILES_EXPORT = 'onrushFiles'
