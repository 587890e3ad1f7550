/** What one worker records with, as its run asks: which requests are kept whole, whether all are logged, and which texts are secrets. */
import { formsOf, hiddenStart } from '../../kernel/hidden-start.ts'
import { ExemplarBook } from '../../model/metrics/exemplar-book.ts'
import { WorkerRecorder } from '../../model/metrics/recorder.ts'
import type { LoadRunOptions } from './load-run.ts'
import { SampleLog } from './sample-log.ts'

type Recording = Pick<LoadRunOptions, 'plan' | 'share' | 'secrets' | 'sampleLog' | 'log'>

/** Keeps requests as the plan says, and lets no secret out. */
export function recorderFor({ plan, share, secrets }: Recording): WorkerRecorder {
  const hide = hideBy(secrets)
  const exemplars =
    plan.samples === 'none'
      ? undefined
      : new ExemplarBook(share.index, { withBodies: plan.samples !== 'heads', hide })
  return new WorkerRecorder(share.index, {
    hide: (text) => hide(text, text.length),
    exemplars,
  })
}

/** A log that cannot be begun is said, and the load goes on without. */
export function sampleLogFor({ sampleLog, share, log }: Recording): SampleLog | undefined {
  if (sampleLog === undefined) return undefined
  const bytesMax = Math.floor(sampleLog.bytesMax / share.weights.length)
  const say = (text: string): void => log('warn', text)
  try {
    return new SampleLog({ ...sampleLog, worker: share.index, bytesMax, say })
  } catch (error) {
    say(`no log of requests: ${(error as Error).message}`)
    return undefined
  }
}

/** Scripts ask for most secrets when they are loaded, and may ask for more at any time. */
function hideBy(secrets: () => ReadonlySet<string>): (text: string, charsMax: number) => string {
  let known = 0
  let forms: string[] = []
  return (text, charsMax) => {
    const values = secrets()
    if (values.size !== known) {
      known = values.size
      forms = formsOf(values)
    }
    return hiddenStart(text, charsMax, forms)
  }
}
