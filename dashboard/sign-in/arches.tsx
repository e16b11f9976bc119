const COUNT = 9;

/** A row of hangar arches, one behind another. */
export function Arches() {
  return (
    <svg
      class="arches"
      viewBox="0 0 1200 700"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
    >
      {Array.from({ length: COUNT }, (_, index) => {
        const radius = 130 + index * 62;
        const top = 700 - radius * 1.02;
        return (
          <path
            key={radius}
            d={`M${600 - radius} 700V${top + radius * 0.42}A${radius} ${radius * 0.72} 0 0 1 ${600 + radius} ${top + radius * 0.42}V700`}
          />
        );
      })}
    </svg>
  );
}
