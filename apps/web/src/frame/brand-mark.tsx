/** Two posts and what holds them: the mark of the service. */
export function BrandMark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <g stroke="var(--surface)" strokeWidth="3.2" strokeLinecap="round" fill="none">
        <path d="M9 7v18M23 7v18M9 16h14" />
      </g>
      <circle cx="16" cy="16" r="3.6" fill="#ffc857" />
    </svg>
  );
}
