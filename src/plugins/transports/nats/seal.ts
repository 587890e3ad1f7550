/**
 * What only the workers of a run may read: its script, plan and what `setup` returned. A run has a key of its own, which each of its
 * workers gets in its claim, sealed for the key pair that this very process made when it joined; everything is AES-256-GCM of
 * Node's own crypto. So whoever else may use the server, and reads all that passes, has neither script nor secrets of a run. It does
 * not say who may ask workers to serve: that is what the server's permissions are for.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

export const newRunKey = (): Uint8Array => randomBytes(KEY_BYTES)

/** `nonce · text · tag`. */
export function encrypt(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

/** Throws when it was not made with this key, or changed since. */
export function decrypt(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  const text = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)
  return Buffer.concat([decipher.update(text), decipher.final()])
}

/** Of one worker process: what is sealed for `publicKey` only it can open. */
export class SealedLetterBox {
  /** DER, base64. */
  readonly publicKey: string
  readonly #privateKey: KeyObject

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('x25519')
    this.publicKey = derOf(publicKey)
    this.#privateKey = privateKey
  }

  /** Throws when it was sealed for somebody else, or is nothing of the kind. */
  open({ from, sealed }: Sealed): Uint8Array {
    const key = commonKey(this.#privateKey, keyOf(from))
    return decrypt(key, Buffer.from(sealed, 'base64'))
  }
}

/** As it travels. */
export interface Sealed {
  /** The public key of a pair that was made for this one letter. */
  readonly from: string
  readonly sealed: string
}

/** Throws when `publicKey` is none. */
export function sealFor(publicKey: string, bytes: Uint8Array): Sealed {
  const own = generateKeyPairSync('x25519')
  const key = commonKey(own.privateKey, keyOf(publicKey))
  return {
    from: derOf(own.publicKey),
    sealed: Buffer.from(encrypt(key, bytes)).toString('base64'),
  }
}

const derOf = (key: KeyObject): string =>
  key.export({ type: 'spki', format: 'der' }).toString('base64')

const keyOf = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' })

function commonKey(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  const secret = diffieHellman({ privateKey, publicKey })
  return new Uint8Array(hkdfSync('sha256', secret, '', 'onrush claim', KEY_BYTES))
}
