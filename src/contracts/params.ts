/** What a script can be told from outside: declared in the script, given by flags, environment, configuration or the page. */
export type ParamValue = string | number | boolean

interface Common {
  readonly name: string
  /** For people. Absent: the name says it. */
  readonly help?: string
}
/** `initial: null`: it must be given. A secret's value is shown nowhere. */
export type ParamDefinition =
  | (Common & {
      readonly kind: 'number'
      readonly initial: number | null
      readonly min: number | null
      readonly max: number | null
      readonly whole: boolean
    })
  | (Common & { readonly kind: 'switch'; readonly initial: boolean })
  | (Common & {
      readonly kind: 'choice'
      readonly initial: string | null
      readonly choices: readonly string[]
    })
  | (Common & { readonly kind: 'text' | 'secret'; readonly initial: string | null })

/** What somebody gave for one of them, and where. */
export interface GivenParam {
  readonly name: string
  readonly value: ParamValue
  /** Such as `--param items` or `ONRUSH_PARAM_ITEMS`. */
  readonly place: string
  /** It was meant for this script and no other: a name that the script does not know is a mistake. */
  readonly isForThis: boolean
}
