/** The command line that sends a kept request again, as far as it was kept: masked values have to be filled in. Pure. */
import type { Exemplar } from '../api/types.ts'
import { quote } from './cli-line.ts'

/** Written by curl itself, or wrong for another body. */
const LEFT_OUT = /^(host|content-length|connection|accept-encoding|transfer-encoding)$/i

export function curlOf({ url, request }: Exemplar): string {
  const [first = '', ...lines] = request.head.split('\n')
  const method = first.split(' ')[0] || 'GET'
  const fields = lines.flatMap((line) =>
    LEFT_OUT.test(line.slice(0, line.indexOf(':'))) ? [] : ['-H', quote(line)],
  )
  return [
    'curl',
    '-i',
    ...(method === 'GET' ? [] : ['-X', quote(method)]),
    quote(url),
    ...fields,
    ...(request.body === '' ? [] : ['--data-raw', quote(request.body)]),
  ].join(' ')
}
