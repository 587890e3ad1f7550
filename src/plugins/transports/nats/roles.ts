/**
 * Two users of a NATS server for one pool, as its configuration file has them: who may ask for workers and command them, and who may only
 * serve. What a worker may not do here: find or claim others, command them, end their runs, or list and delete what is kept of
 * runs. That it cannot read the script of a run it does not serve is `seal.ts`'s doing, for any server. Used for the server that
 * `--join local` starts, and printed in the guide for a team's own.
 */

interface Permissions {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
  /** Answers to what was asked, wherever the asker wants them. */
  readonly allow_responses?: true
}

const COORDINATOR: Permissions = {
  publish: ['onrush.>', '$JS.API.>', '$JS.ACK.>', '$JS.FC.>', '$O.onrush-parcels.>', '_INBOX.>'],
  subscribe: ['onrush.>', '_INBOX.>'],
}

const WORKER: Permissions = {
  publish: [
    'onrush.*.post.from.*',
    'onrush.*.pulse.from.*',
    '$O.onrush-parcels.>',
    '$JS.API.INFO',
    '$JS.API.STREAM.INFO.*',
    '$JS.API.STREAM.CREATE.OBJ_onrush-parcels',
    '$JS.API.STREAM.MSG.GET.OBJ_onrush-parcels',
    '$JS.API.DIRECT.GET.OBJ_onrush-parcels.>',
    '$JS.API.CONSUMER.CREATE.>',
    '$JS.API.CONSUMER.INFO.>',
    '$JS.API.CONSUMER.MSG.NEXT.>',
    '$JS.ACK.>',
    '$JS.FC.>',
  ],
  subscribe: ['onrush.find', 'onrush.worker.*', 'onrush.*.beat', 'onrush.*.pulse.to.*', '_INBOX.>'],
  allow_responses: true,
}

/** The two as `authorization` of a server's configuration, which takes JSON. Passwords as they are given. */
export function poolUsers(passwords: {
  readonly coordinator: string
  readonly worker: string
}): string {
  const users = [
    { user: 'coordinator', password: passwords.coordinator, permissions: COORDINATOR },
    { user: 'worker', password: passwords.worker, permissions: WORKER },
  ]
  return `authorization: ${JSON.stringify({ users }, null, 2)}`
}
