/** What `import … from 'onrush/websocket'` gives. */
export type { Answer, Message, SocketError } from '../../plugins/protocols/websocket/answer.ts'
export type { CloseEvent, UserSocket } from '../../plugins/protocols/websocket/user-socket.ts'
export { WebSocketClient } from '../../plugins/protocols/websocket/websocket-client.ts'
export type {
  AskOptions,
  ConnectOptions,
  SendOptions,
  WebSocketOptions,
} from '../../plugins/protocols/websocket/websocket-options.ts'
export { WebSocketUser } from '../../plugins/protocols/websocket/websocket-user.ts'
