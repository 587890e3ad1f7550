/** A file of another tool cannot be read: why as half a sentence, and what to do about it. */
export class ForeignMistake extends Error {
  override readonly name = 'ForeignMistake'
  readonly fix: string
  constructor(why: string, fix: string) {
    super(why)
    this.fix = fix
  }
}
