/** A report document as a PDF on A4, with the standard fonts that every reader has. */
import PDFDocument from 'pdfkit';
import type { Figure, ReportBlock, ReportDocument, ShapeRole } from '../../contract/report.ts';

const MARGIN = 42;
const PAGE = { width: 595.28, height: 841.89 };
const WIDTH = PAGE.width - 2 * MARGIN;
const FOOTER = 26;
const REGULAR = 'Helvetica';
const BOLD = 'Helvetica-Bold';
/** Points. */
const SIZE = { title: 16, subtitle: 9.5, heading: 10.5, text: 8.6, quiet: 7.2, table: 7.8, figure: 190 } as const;
/** A patient's page and a letter are read at arm's length. */
const READING = { title: 20, subtitle: 11, heading: 12.5, text: 10.6, quiet: 8.2, table: 9, figure: 220 } as const;

const COLOURS: Readonly<Record<ShapeRole, string>> = {
  left: '#1b5cab',
  right: '#b0440c',
  middle: '#0f6b58',
  muted: '#8a9893',
  reference: '#10201d',
  text: '#3d4f4a',
  area: '#e3efec',
};
const INK = '#10201d';
const QUIET = '#4d5f59';
const RULE = '#c3cfcb';

type Pdf = InstanceType<typeof PDFDocument>;
type Sizes = { readonly [K in keyof typeof SIZE]: number };

/** The standard fonts hold Latin 1 and a few more; what they do not hold is written as near as they can. */
const plain = (text: string): string =>
  text.replaceAll('\u202f', ' ').replaceAll('\u00a0', ' ').replaceAll('\u2212', '-');

function room(pdf: Pdf, height: number): void {
  if (pdf.y + height <= PAGE.height - MARGIN - FOOTER) return;
  pdf.addPage();
}

function drawFigure(pdf: Pdf, figure: Figure, x: number, y: number, width: number): void {
  const [left, top, boxWidth] = figure.viewBox;
  const scale = width / boxWidth;
  pdf.save();
  pdf.translate(x, y).scale(scale).translate(-left, -top);
  for (const shape of figure.shapes) {
    const colour = COLOURS[shape.role];
    if (shape.type === 'path') {
      pdf.path(shape.d);
      if (shape.filled) pdf.fill(colour);
      else {
        pdf.lineWidth(shape.width).lineCap('butt');
        if (shape.dashed) pdf.dash(3, { space: 2 });
        else pdf.undash();
        pdf.stroke(colour);
      }
    } else if (shape.type === 'dot')
      pdf.circle(shape.x, shape.y, shape.r).lineWidth(1).fillAndStroke(colour, '#ffffff');
    else {
      const words = plain(shape.text);
      pdf.font(shape.strong ? BOLD : REGULAR).fontSize(shape.size);
      const offset = shape.anchor === 'middle' ? 0.5 : shape.anchor === 'end' ? 1 : 0;
      const at = shape.x - offset * pdf.widthOfString(words);
      pdf.fillColor(colour).text(words, at, shape.y - 0.74 * shape.size, { lineBreak: false });
    }
  }
  pdf.undash().restore();
}

function figures(pdf: Pdf, block: Extract<ReportBlock, { type: 'figures' }>, sizes: Sizes): void {
  const count = block.figures.length;
  if (count === 0) return;
  const columns = Math.min(count, 3);
  const gap = 14;
  const width = Math.min(count === 1 ? 1.15 * sizes.figure : sizes.figure, (WIDTH - gap * (columns - 1)) / columns);
  const heightOf = ({ viewBox }: Figure): number => (width * viewBox[3]) / viewBox[2];
  for (let first = 0; first < count; first += columns) {
    const row = block.figures.slice(first, first + columns);
    const height = Math.max(...row.map(heightOf));
    room(pdf, height + 20);
    const y = pdf.y;
    const start = MARGIN + (WIDTH - row.length * width - gap * (row.length - 1)) / 2;
    for (const [place, figure] of row.entries())
      drawFigure(pdf, figure, start + place * (width + gap), y + (height - heightOf(figure)) / 2, width);
    pdf.x = MARGIN;
    pdf.y = y + height + 4;
  }
  pdf.font(REGULAR).fontSize(sizes.quiet).fillColor(QUIET);
  pdf.text(plain(block.caption), MARGIN, pdf.y, { width: WIDTH, align: 'center' });
  pdf.y += 5;
}

function table(pdf: Pdf, block: Extract<ReportBlock, { type: 'table' }>, sizes: Sizes): void {
  const { head, rows, numeric } = block;
  const pad = 5;
  const natural = head.map((_, column) => {
    pdf.fontSize(sizes.table);
    const width = (text: string, font: string): number => pdf.font(font).widthOfString(plain(text));
    return 2 * pad + Math.max(width(head[column]!, BOLD), ...rows.map((row) => width(row[column] ?? '', REGULAR)));
  });
  const sum = natural.reduce((all, one) => all + one, 0);
  const widths = natural.map((one) => (one * WIDTH) / sum);
  const line = sizes.table + 5;
  room(pdf, line * (rows.length + 1) + 6);
  const put = (cells: readonly string[], font: string, colour: string): void => {
    const y = pdf.y;
    let x = MARGIN;
    for (const [column, cell] of cells.entries()) {
      const align = numeric.includes(column) ? 'right' : 'left';
      pdf.font(font).fontSize(sizes.table).fillColor(colour);
      let words = plain(cell);
      const inside = widths[column]! - 2 * pad;
      if (pdf.widthOfString(words) > inside + 0.5) pdf.fontSize((sizes.table * inside) / pdf.widthOfString(words));
      if (pdf.widthOfString(words) > inside + 1) words = words.slice(0, 40);
      pdf.text(words, x + pad, y + 2, { width: inside + 1, align, lineBreak: false });
      x += widths[column]!;
    }
    pdf.x = MARGIN;
    pdf.y = y + line;
    pdf
      .moveTo(MARGIN, pdf.y - 1.5)
      .lineTo(MARGIN + WIDTH, pdf.y - 1.5)
      .lineWidth(0.5)
      .stroke(RULE);
  };
  put(head, BOLD, QUIET);
  for (const row of rows) put(row, REGULAR, INK);
  pdf.y += 4;
}

function facts(pdf: Pdf, block: Extract<ReportBlock, { type: 'facts' }>, sizes: Sizes): void {
  const columns = block.rows.length > 3 ? 2 : 1;
  const width = WIDTH / columns;
  const per = Math.ceil(block.rows.length / columns);
  const top = pdf.y;
  let bottom = top;
  for (let column = 0; column < columns; column++) {
    pdf.y = top;
    const rows = block.rows.slice(column * per, (column + 1) * per);
    pdf.font(REGULAR).fontSize(sizes.text);
    const widest = Math.max(...rows.map(([name]) => pdf.widthOfString(plain(name))));
    const label = Math.min(0.62 * width, widest + 12);
    for (const [name, value] of rows) {
      const x = MARGIN + column * width;
      const y = pdf.y;
      pdf
        .font(REGULAR)
        .fontSize(sizes.text)
        .fillColor(QUIET)
        .text(plain(name), x, y, { width: label - 6 });
      const after = pdf.y;
      if (value.trim() === '') {
        pdf
          .moveTo(x + label, y + sizes.text + 2)
          .lineTo(x + width - 20, y + sizes.text + 2)
          .lineWidth(0.6)
          .stroke(RULE);
        pdf.y = y + sizes.text + 10;
      } else pdf.fillColor(INK).text(plain(value), x + label, y, { width: width - label - 8 });
      pdf.y = Math.max(pdf.y, after) + 2;
    }
    bottom = Math.max(bottom, pdf.y);
  }
  pdf.x = MARGIN;
  pdf.y = bottom + 5;
}

function draw(pdf: Pdf, block: ReportBlock, sizes: Sizes): void {
  switch (block.type) {
    case 'heading':
      room(pdf, 60);
      pdf.y += 4;
      pdf.font(BOLD).fontSize(sizes.heading).fillColor(INK).text(plain(block.text), MARGIN, pdf.y, { width: WIDTH });
      pdf.y += 3;
      return;
    case 'paragraph': {
      const size = block.tone === 'quiet' ? sizes.quiet : sizes.text;
      pdf.font(block.tone === 'strong' ? BOLD : REGULAR).fontSize(size);
      pdf.fillColor(block.tone === 'quiet' ? QUIET : INK);
      room(pdf, pdf.heightOfString(plain(block.text), { width: WIDTH }));
      pdf.text(plain(block.text), MARGIN, pdf.y, { width: WIDTH, lineGap: 1.2 });
      pdf.y += block.tone === 'quiet' ? 3 : 5;
      return;
    }
    case 'facts':
      facts(pdf, block, sizes);
      return;
    case 'table':
      table(pdf, block, sizes);
      return;
    case 'figures':
      figures(pdf, block, sizes);
      return;
    case 'signature':
      room(pdf, 40);
      pdf.y += 20;
      pdf
        .moveTo(MARGIN, pdf.y)
        .lineTo(MARGIN + (block.label === '' ? WIDTH : 260), pdf.y)
        .lineWidth(0.6)
        .stroke(RULE);
      pdf.y += 3;
      pdf.font(REGULAR).fontSize(sizes.quiet).fillColor(QUIET).text(plain(block.label), MARGIN, pdf.y);
      return;
  }
}

/** One sheet is the aim: what does not fit is set a little smaller, and only then goes on to a second one. */
const SCALES = [1, 0.94, 0.89, 0.84] as const;

/** @param madeAt goes into the file's own properties, nowhere else. */
export async function reportPdf(document: ReportDocument, madeAt: Date): Promise<Uint8Array> {
  let fallback: Uint8Array | null = null;
  for (const scale of SCALES) {
    const { bytes, pages } = await drawn(document, madeAt, scale);
    if (pages === 1) return bytes;
    fallback ??= bytes;
  }
  return fallback!;
}

async function drawn(
  document: ReportDocument,
  madeAt: Date,
  scale: number,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const base = document.kind === 'record' ? SIZE : READING;
  const sizes: Sizes = {
    title: base.title,
    subtitle: base.subtitle,
    heading: base.heading * scale,
    text: base.text * scale,
    quiet: base.quiet * scale,
    table: base.table * scale,
    figure: base.figure * scale,
  };
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: 0 },
    bufferPages: true,
    lang: document.language,
    displayTitle: true,
    info: { Title: document.title, Subject: document.subtitle, CreationDate: madeAt },
  });
  const pieces: Uint8Array[] = [];
  const whole = new Promise<void>((resolve, reject) => {
    pdf.on('data', (piece: Uint8Array) => pieces.push(piece));
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  pdf
    .font(BOLD)
    .fontSize(sizes.title)
    .fillColor(INK)
    .text(plain(document.title), MARGIN, MARGIN - 6, { width: WIDTH });
  pdf.font(REGULAR).fontSize(sizes.subtitle).fillColor(QUIET).text(plain(document.subtitle), { width: WIDTH });
  pdf.y += 3;
  pdf
    .moveTo(MARGIN, pdf.y)
    .lineTo(MARGIN + WIDTH, pdf.y)
    .lineWidth(1.2)
    .stroke('#0f6b58');
  pdf.y += 7;
  if (document.simulated !== null) {
    const y = pdf.y;
    pdf.rect(MARGIN, y, WIDTH, 17).fill('#f3ead2');
    pdf
      .font(BOLD)
      .fontSize(8)
      .fillColor('#5c4300')
      .text(plain(document.simulated), MARGIN + 6, y + 5, { width: WIDTH - 12 });
    pdf.x = MARGIN;
    pdf.y = y + 23;
  }
  for (const block of document.blocks) draw(pdf, block, sizes);
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    const y = PAGE.height - MARGIN + 6;
    pdf.font(REGULAR).fontSize(7).fillColor(QUIET);
    pdf.text(plain(document.footer), MARGIN, y, { width: WIDTH - 50, lineBreak: false });
    pdf.text(`${page + 1} / ${count}`, MARGIN, y, { width: WIDTH, align: 'right', lineBreak: false });
  }
  pdf.end();
  await whole;
  return { bytes: Buffer.concat(pieces), pages: count };
}
