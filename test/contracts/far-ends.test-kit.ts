/**
 * Strict readers of what outputs send: each throws on anything its system would refuse. Written from the formats' own descriptions,
 * not from our writers.
 */

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`malformed: ${what}`)
}

/** Snappy's block format. */
export function unsnappy(input: Uint8Array): Buffer {
  let at = 0
  const number = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = input[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  const output = Buffer.alloc(number())
  let to = 0
  while (at < input.length) {
    const tag = input[at++]!
    if ((tag & 3) === 0) {
      let length = tag >> 2
      if (length >= 60) {
        const size = length - 59
        length = 0
        for (let byte = 0; byte < size; byte++) length += input[at++]! * 2 ** (8 * byte)
      }
      length++
      must(at + length <= input.length, 'a literal beyond the input')
      output.set(input.subarray(at, at + length), to)
      at += length
      to += length
      continue
    }
    must((tag & 3) === 2, 'a copy of another form than that of two bytes')
    const length = (tag >> 2) + 1
    const offset = input[at]! + 256 * input[at + 1]!
    at += 2
    must(offset > 0 && offset <= to, 'a copy of what is not there')
    for (let byte = 0; byte < length; byte++, to++) output[to] = output[to - offset]!
  }
  must(to === output.length, 'another length than was said')
  return output
}

type Fields = Map<number, (number | Buffer)[]>

/** One message of protocol buffers: numbers, doubles and what has a length. */
export function protobuf(bytes: Buffer): Fields {
  const fields: Fields = new Map()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      must(byte !== undefined, 'a number that does not end')
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const type = tag % 8
    const values = fields.get(tag >> 3) ?? []
    fields.set(tag >> 3, values)
    if (type === 0) values.push(varint())
    else if (type === 1) {
      values.push(bytes.readDoubleLE(at))
      at += 8
    } else {
      must(type === 2, `a field of type ${type}`)
      const length = varint()
      must(at + length <= bytes.length, 'a field beyond its message')
      values.push(bytes.subarray(at, at + length))
      at += length
    }
  }
  return fields
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly timestamp: number
}

/** A body of remote write: labels by name, no empty ones, one sample each. */
export function readWriteRequest(body: Uint8Array): Series[] {
  const request = protobuf(unsnappy(body))
  const text = (value: number | Buffer | undefined): string => String(value)
  return (request.get(1) ?? []).map((bytes) => {
    const series = protobuf(bytes as Buffer)
    const labels = series.get(1)!.map((each) => {
      const label = protobuf(each as Buffer)
      return [text(label.get(1)?.[0]), text(label.get(2)?.[0])] as const
    })
    const names = labels.map(([name]) => name)
    const inOrder = names.every((name, index) => index === 0 || names[index - 1]! < name)
    must(inOrder, `labels in another order than by name, or twice: ${names}`)
    for (const [name, value] of labels) {
      must(/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name), `the label ${name}`)
      must(value !== '', `the label ${name} without a value`)
    }
    must(series.get(2)?.length === 1, 'a series without a sample')
    const sample = protobuf(series.get(2)![0] as Buffer)
    return {
      labels: Object.fromEntries(labels),
      value: sample.get(1)![0] as number,
      timestamp: sample.get(2)![0] as number,
    }
  })
}

/** The text that Prometheus scrapes: each name declared once before its samples, each sample once. */
export function readExposition(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const types = new Map<string, string>()
  must(text.endsWith('\n'), 'no end of line at the end')
  for (const line of text.split('\n').slice(0, -1)) {
    const declared = /^# (?:HELP \S+ .+|TYPE (\S+) (counter|gauge|histogram))$/.exec(line)
    if (declared !== null) {
      if (declared[1] === undefined) continue
      must(!types.has(declared[1]), `declared twice: ${line}`)
      types.set(declared[1], declared[2]!)
      continue
    }
    const [, name, labels, value] =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (\S+)$/.exec(
        line,
      ) ?? []
    must(name !== undefined, line)
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    must(types.has(family), `not declared: ${line}`)
    // With their values, in which there may be what looks like a key.
    const pairs = labels!.matchAll(/([a-zA-Z_]\w*)="(?:[^"\\\n]|\\[\\"n])*"/g)
    const keys = [...pairs].map(([, key]) => key)
    must(new Set(keys).size === keys.length, `a label twice: ${line}`)
    must(!samples.has(`${name}{${labels}}`), `twice: ${line}`)
    must(/^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]\d+)?)$/.test(value!), line)
    samples.set(`${name}{${labels}}`, Number(value))
  }
  return samples
}

export interface Point {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, number>>
  readonly time: string
}

/** InfluxDB's line protocol; tags and numbers only. */
export function readLineProtocol(text: string): Point[] {
  must(text.endsWith('\n'), 'no end of line at the end')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [head, fields, time, ...more] = line.split(/(?<!\\) /)
      must(more.length === 0 && /^\d{19}$/.test(time ?? ''), line)
      const [measurement, ...tags] = head!.split(/(?<!\\),/)
      const pair = (each: string): [string, string] => {
        const parts = each.split(/(?<!\\)=/)
        must(parts.length === 2 && /[^\\]$/.test(parts[1]!), line)
        return parts.map((part) => part.replaceAll(/\\([,= ])/g, '$1')) as [string, string]
      }
      const numbers = fields!.split(',').map((each) => {
        const [key, value] = pair(each)
        must(/^-?\d+(\.\d+)?(e[+-]?\d+)?i?$/.test(value), line)
        return [key, Number(value.replace(/i$/, ''))] as const
      })
      return {
        measurement: measurement!,
        tags: Object.fromEntries(tags.map(pair)),
        fields: Object.fromEntries(numbers),
        time: time!,
      }
    })
}

/** StatsD, with Datadog's tags where there are some: key → sum of counts, or the last level. */
export function readStatsd(text: string): Map<string, number> {
  const values = new Map<string, number>()
  for (const line of text.split('\n').filter(Boolean)) {
    const [, name, value, type, tags = ''] =
      /^([A-Za-z0-9_.-]+):(-?\d+(?:\.\d+)?(?:e[+-]\d+)?)\|(c|g)((?:\|#[^|#]+)?)$/.exec(line) ?? []
    must(name !== undefined, line)
    const before = type === 'c' ? (values.get(name! + tags) ?? 0) : 0
    values.set(name! + tags, before + Number(value))
  }
  return values
}
