import { Link } from 'react-router';

const searchId = /(se_[0-9a-z]{20})/;

/** Why something ended, as the service tells it; searches that it names are links. */
export function Reason({ text }: { text: string }) {
  const parts = text.split(searchId).map((part) =>
    searchId.test(part) ? (
      <Link key={part} to={`/searches/${part}`}>
        {part}
      </Link>
    ) : (
      part
    ),
  );
  // One element, or a notice would put each part on a line of its own.
  return <span>{parts}</span>;
}
