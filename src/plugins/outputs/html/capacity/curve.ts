/** A drawing of a search as a picture by attributes, so that it can be seen where styles are blocked. Signs differ by shape, too. */
import type { Drawing } from '../../../../model/view/capacity-drawing.ts'
import { type Content, type Html, html } from '../html.ts'

export function curveFigure(title: string, drawing: Drawing): Html {
  return html`<figure><figcaption><h3>${title}</h3><p>${drawing.sentence}</p></figcaption><div class="wide" role="group" tabindex="0" aria-label="${title}">${pictureOf(drawing)}</div></figure>\n`
}

function pictureOf(drawing: Drawing): Html {
  const { width, height, left, right, top, bottom } = drawing
  const grid = drawing.yTicks.map(
    ({ at, text }) =>
      html`<path class="grid" d="M${left} ${at}H${right}" stroke="#D5D9E0"/><text class="axis" x="${left - 6}" y="${at + 4}" text-anchor="end" fill="#5A6372">${text}</text>`,
  )
  const marks = drawing.xTicks.map(
    ({ at, text }) =>
      html`<path class="grid" d="M${at} ${bottom}v4" stroke="#5A6372"/><text class="axis" x="${at}" y="${bottom + 17}" text-anchor="middle" fill="#5A6372">${text}</text>`,
  )
  const names = html`<text class="axis" x="${left}" y="${top - 10}" fill="#5A6372">${drawing.yName}</text><text class="axis" x="${right}" y="${bottom + 36}" text-anchor="end" fill="#5A6372">${drawing.xName}</text>`
  const curves = drawing.curves.map(
    ({ d, isDashed }) =>
      html`<path class="c0" d="${d}" fill="none" stroke="#0060A8" stroke-width="1.6" stroke-dasharray="${isDashed ? '6 4' : 'none'}"/>`,
  )
  return html`<svg class="curve" role="img" aria-label="${drawing.sentence}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif" font-size="12">${drawing.bands.map(bandOf)}${grid}${names}${curves}${drawing.marks.map(markOf)}<path class="axis-line" d="M${left} ${bottom}H${right}" stroke="#5A6372"/>${marks}</svg>`
}

function bandOf({ role, x, y, width, height, text }: Drawing['bands'][number]): Content {
  if (role === 'between')
    return html`<rect class="f0" x="${x}" y="${y}" width="${width}" height="${height}" fill="#0060A8" fill-opacity="0.25"><title>${text}</title></rect>`
  const low = y + height
  return html`<rect class="band" x="${x}" y="${y}" width="${width}" height="${height}" fill="#ECEEF2"/><path class="limit" d="M${x} ${low}h${width}" stroke="#C01F2E" stroke-dasharray="8 4"/><text class="limit-text" x="${x + 6}" y="${low - 5}" fill="#C01F2E" stroke="#FFFFFF" stroke-width="3" paint-order="stroke">${text}</text>`
}

function markOf({ x, y, role, text }: Drawing['marks'][number]): Html {
  const title = html`<title>${text}</title>`
  if (role === 'pass')
    return html`<circle class="role-ok" cx="${x}" cy="${y}" r="5" fill="#0B7A4B">${title}</circle>`
  if (role === 'void')
    return html`<path class="role-warn" d="M${x} ${y - 6}l6 11h-12z" fill="#9A5B00">${title}</path>`
  return html`<path class="limit" d="M${x - 5} ${y - 5}l10 10m0-10l-10 10" stroke="#C01F2E" stroke-width="2.5" fill="none">${title}</path>`
}
