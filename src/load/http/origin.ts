/** Where requests go: scheme, host without brackets, port. */
export interface Origin {
  readonly secure: boolean
  readonly host: string
  readonly port: number
}
