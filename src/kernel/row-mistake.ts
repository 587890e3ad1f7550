/** What is wrong with one row, in a few words; whoever knows the file and the line makes a `Problem` of it. */
export class RowMistake extends Error {
  override readonly name = 'RowMistake'
}
