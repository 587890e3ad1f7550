/** The part of the package `pg` that is used: people install it beside onrush. */
export interface PgPackage {
  readonly Pool: new (options: object) => PgPool
}
export interface PgPool {
  connect(): Promise<PgClient>
  query(text: string, values?: readonly unknown[]): Promise<PgAnswer>
  on(event: 'error', listener: (error: Error) => void): void
  end(): Promise<void>
}
export interface PgClient {
  query(text: string, values?: readonly unknown[]): Promise<PgAnswer>
  release(): void
}
interface PgAnswer {
  readonly rows: readonly unknown[]
  readonly rowCount: number | null
}
