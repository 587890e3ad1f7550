/** The frame of a report: one style block, one script, and a policy that allows these two and nothing else; and the data in the file. */
import { withoutCredentials } from './credentials.ts'
import { escapeHtml, type Html, html } from './html.ts'
import { hashOf, packed } from './packed.ts'
import { SCRIPT, STYLE } from './page.generated.ts'
import { section } from './tables.ts'

const TITLE_CHARS_MAX = 120

/** `STYLE` and `SCRIPT` are ours: the only texts that become markup as they are. */
export function documentOf(title: string, body: Html): string {
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title.slice(0, TITLE_CHARS_MAX))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.text}</main>
<script>${SCRIPT}</script>
</body>
</html>
`
}

/** The whole result, for a button that saves it. `command` writes it too; `without`: what is not in it; `more` is other data. */
export function dataSection(
  result: object,
  {
    id,
    command,
    without,
  }: { readonly id: string; readonly command: string; readonly without?: string },
  more?: Html,
): Html {
  const json = withoutCredentials(JSON.stringify(result))
  return section(
    'data',
    'Data',
    html`<p id="download">The whole result${without === undefined ? '' : `, but for ${without},`} is in this file; a button here saves it where scripts may run. <code>${command}</code> writes it too.</p><template id="result" data-name="onrush-${id}.json">${packed(Buffer.from(json))}</template>`,
    more,
  )
}
