/** What `import … from 'onrush'` gives: every name by hand, so that nothing becomes public by accident. */
export type { RequestEvent } from '../../contracts/user.ts'
export type { Feeder } from '../../load/data/feeder.ts'
export type { CsvOptions, FeederOptions } from '../../load/data/feeder-options.ts'
export { feeder } from '../../load/data/make-feeder.ts'
export type { SqlSource } from '../../load/data/sql-source.ts'
export {
  bodyMatches,
  fasterThan,
  header,
  type StatusClass,
  sha256,
  smallerThan,
  status,
} from '../../load/http/expectations.ts'
export {
  css,
  type HtmlExpected,
  type XPathExpected,
  xpath,
} from '../../load/http/expectations-html.ts'
export { jsonPath, type StandardSchema, schema } from '../../load/http/expectations-json.ts'
export { absent, type Expected, exists, type ValueTest } from '../../load/http/expected-value.ts'
export type { Check, HttpOptions, RequestOptions } from '../../load/http/http-options.ts'
export { HttpFailure, type HttpResponse } from '../../load/http/response.ts'
export type { HttpSession } from '../../load/http/session.ts'
export { type Events, events } from '../../load/user/events.ts'
export { LoadTestShape, type ShapeTick } from '../../load/user/load-test-shape.ts'
export type { Metrics } from '../../load/user/metrics.ts'
export { defineParams, type ParamDeclaration, type ParamOf } from '../../load/user/params.ts'
export { type Secret, secret } from '../../load/user/secret.ts'
export {
  InterruptTaskSet,
  RescheduleTask,
  RescheduleTaskImmediately,
  StopTest,
  StopUser,
} from '../../load/user/signals.ts'
export { tag, task, transition, transitions } from '../../load/user/task.ts'
export { MarkovTaskSet, SequentialTaskSet, TaskSet } from '../../load/user/task-set.ts'
export type { TransactionOptions } from '../../load/user/transaction.ts'
export { User, type UserClass } from '../../load/user/user.ts'
export {
  between,
  constant,
  constantPacing,
  constantThroughput,
  type WaitTime,
} from '../../load/user/wait.ts'
export { HttpUser, scenario } from '../../plugins/protocols/http/http-user.ts'
