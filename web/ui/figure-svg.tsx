/** A report's picture on the page: the same shapes that the PDF draws. */
import type { Figure } from '../../src/contract/report.ts';

export function FigureSvg({ figure }: { readonly figure: Figure }) {
  return (
    <svg class="report-figure" viewBox={figure.viewBox.join(' ')} role="img" aria-label={figure.alt}>
      {figure.shapes.map((shape, index) => {
        const key = `${shape.type}${index}`;
        if (shape.type === 'dot')
          return <circle key={key} class={`shape dot ${shape.role}`} cx={shape.x} cy={shape.y} r={shape.r} />;
        if (shape.type === 'text') {
          return (
            <text
              key={key}
              class={`shape words ${shape.role}${shape.strong ? ' strong' : ''}`}
              x={shape.x}
              y={shape.y}
              font-size={shape.size}
              text-anchor={shape.anchor}
            >
              {shape.text}
            </text>
          );
        }
        return (
          <path
            key={key}
            class={`shape ${shape.filled ? 'fill' : 'line'} ${shape.role}`}
            d={shape.d}
            stroke-width={shape.width}
            stroke-dasharray={shape.dashed ? '3 2' : undefined}
          />
        );
      })}
    </svg>
  );
}
