import { DataTable } from "../controls/data-table.tsx";
import { amount, counted, weekdayText } from "../words/format.ts";

interface Day {
  readonly date: string;
  readonly patrons: number;
}

/** More bars than this would be too thin to tell apart. */
const mostBars = 120;

/** How many patrons fall on each day of the spread: a picture for the eye, the table for everyone. */
export function SpreadChart({ days }: { days: readonly Day[] }) {
  const most = Math.max(...days.map(({ patrons }) => patrons), 1);
  const bars = days.slice(0, mostBars);
  return (
    <section aria-labelledby="spread">
      <h2 id="spread">Next service dates</h2>
      <figure className="chart">
        <div className="bars" aria-hidden="true">
          {bars.map(({ date, patrons }) => (
            <div key={date} className="bar" style={{ blockSize: `${(patrons / most) * 100}%` }} />
          ))}
        </div>
        <figcaption>
          Valid patrons on each service day, at most {amount(most)} on one day.
          {days.length > mostBars && ` The picture shows the first ${mostBars} days.`}
        </figcaption>
      </figure>
      <details className="more" open={days.length <= 10}>
        <summary>The {counted(days.length, "day", "days")} as a table</summary>
        <DataTable
          caption="Valid patrons by next service date"
          rows={days}
          rowKey={({ date }) => date}
          empty="No day."
          columns={[
            { head: "Day", cell: ({ date }) => weekdayText(date) },
            { head: "Patrons", isNumber: true, cell: ({ patrons }) => amount(patrons) },
          ]}
        />
      </details>
    </section>
  );
}
