const RADIUS = 94;
const LENGTH = 2 * Math.PI * RADIUS;

/** A ring that fills clockwise from the top; the share is also told in words by its owner. */
export function ProgressRing({ share }: { readonly share: number }) {
  const filled = Math.max(0, Math.min(1, share)) * LENGTH;
  return (
    <svg class="ring" viewBox="0 0 200 200" aria-hidden="true">
      <circle class="ring-track" cx="100" cy="100" r={RADIUS} />
      {share > 0 && (
        <circle
          class="ring-fill"
          cx="100"
          cy="100"
          r={RADIUS}
          stroke-dasharray={`${filled.toFixed(1)} ${LENGTH.toFixed(1)}`}
          transform="rotate(-90 100 100)"
        />
      )}
    </svg>
  );
}
