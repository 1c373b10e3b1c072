/** Stands where something will be; `block` for a picture or a table. */
export function Loading({ what, block = false }: { what: string; block?: boolean }) {
  return (
    <div role="status" aria-busy="true">
      <span className="hidden">Loading {what} …</span>
      {block ? (
        <div className="skeleton block" />
      ) : (
        <>
          <div className="skeleton line" />
          <div className="skeleton line" />
          <div className="skeleton line" />
        </>
      )}
    </div>
  );
}
