interface NamedCurve {
  name: 'training' | 'validation';
  x: readonly number[];
  y: readonly (number | null)[];
}

const width = 360;
const height = 200;
const left = 48;
const bottom = 24;

/** Curves over one axis as an SVG picture. */
export function curvesSvg(curves: readonly NamedCurve[]): string {
  const xs = curves.flatMap(({ x }) => [...x]);
  const ys = curves.flatMap(({ y }) => y.filter((value) => value !== null));
  if (ys.length === 0) return '<p>No curve: nothing was trained.</p>';
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const across = (x: number) => left + ((x - x0) / (x1 - x0 || 1)) * (width - left - 8);
  const down = (y: number) => 8 + ((y1 - y) / (y1 - y0 || 1)) * (height - bottom - 16);
  const paths = curves.map(({ name, x, y }) => {
    const points = y.flatMap((value, place) =>
      value === null ? [] : [`${across(x[place]!).toFixed(1)} ${down(value).toFixed(1)}`],
    );
    return points.length === 0 ? '' : `<path class="${name}" d="M${points.join('L')}"/>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Loss by epoch">
<path class="frame" d="M${left} 8V${height - bottom - 8}H${width - 8}"/>
<text x="${left - 4}" y="14" text-anchor="end">${y1.toPrecision(3)}</text>
<text x="${left - 4}" y="${height - bottom - 6}" text-anchor="end">${y0.toPrecision(3)}</text>
<text x="${left}" y="${height - 10}">epoch ${x0}</text>
<text x="${width - 8}" y="${height - 10}" text-anchor="end">${x1}</text>
${paths.join('\n')}
</svg>`;
}
