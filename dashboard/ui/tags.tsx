/** Short texts beside each other. */
export function Tags({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return <span class="muted">none</span>;
  return (
    <span class="tags">
      {texts.map((text) => (
        <span key={text} class="tag">
          {text}
        </span>
      ))}
    </span>
  );
}
