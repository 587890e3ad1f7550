/** Result logs of JMeter (JTL), as CSV or XML. */
import type { ForeignFormat } from '../../../contracts/foreign.ts'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { CSV_HEAD, CSV_WITHOUT_TIMES, readCsv } from './jtl-csv.ts'
import { readXml, XML_HEAD } from './jtl-xml.ts'

export const jtl: ForeignFormat = {
  tool: 'JMeter',
  recognises: (head) => [CSV_HEAD, XML_HEAD, CSV_WITHOUT_TIMES].some((each) => each.test(head)),
  async read(file, head, sink) {
    if (XML_HEAD.test(head)) await readXml(file, sink)
    else if (CSV_HEAD.test(head)) await readCsv(file, head, sink)
    else {
      throw new ForeignMistake(
        'it looks like a log of JMeter without times: its rows begin with neither names nor a time',
        'run JMeter with -Jjmeter.save.saveservice.print_field_names=true -Jjmeter.save.saveservice.timestamp_format=ms',
      )
    }
    return undefined
  },
}
