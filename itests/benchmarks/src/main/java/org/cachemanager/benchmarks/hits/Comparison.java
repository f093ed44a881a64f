package org.cachemanager.benchmarks.hits;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What some contenders had over some traces, with different room. */
final class Comparison {

    private final List<Contender> contenders;
    private final List<Row> rows = new ArrayList<>();

    /**
     * What all contenders had, in their order.
     *
     * @param share of the weight of all items, for which there was room
     */
    private record Row(Trace trace, double share, List<Hits> hits) {}

    Comparison(List<Contender> contenders) {
        this.contenders = List.copyOf(contenders);
    }

    /** Lets all contenders serve a trace, with room for a share of its items. */
    void add(Load load, double share) {
        List<Hits> hits = contenders.parallelStream()
                .map(contender -> contender.serve(load, load.capacity(share)))
                .toList();
        rows.add(new Row(load.trace(), share, hits));
    }

    /** The rows with some room only. */
    Comparison with(double... shares) {
        Comparison part = new Comparison(contenders);
        for (Row row : rows) {
            for (double share : shares) {
                if (row.share == share) {
                    part.rows.add(row);
                }
            }
        }
        return part;
    }

    private int column(String name) {
        return contenders.stream().map(Contender::name).toList().indexOf(name);
    }

    /** Where one had fewer hits than another, by more than some points; a line for each. */
    List<String> worse(String one, String other, double points) {
        List<String> worse = new ArrayList<>();
        for (Row row : rows) {
            double ones = row.hits.get(column(one)).requests();
            double others = row.hits.get(column(other)).requests();
            if (ones < others - points) {
                worse.add(String.format(
                        Locale.ROOT,
                        "%s, room for %s %%: %s %.2f %%, %s %.2f %%",
                        row.trace,
                        percent(row.share),
                        one,
                        ones,
                        other,
                        others));
            }
        }
        return worse;
    }

    /**
     * The part of the mean distance from first in, first out to the optimum that one closes: 0 like the former, 1 like
     * the latter.
     */
    double closes(String name) {
        double closed = 0;
        double distance = 0;
        for (Row row : rows) {
            double fifo = row.hits.get(column("fifo")).requests();
            closed += row.hits.get(column(name)).requests() - fifo;
            distance += row.hits.get(column("optimum")).requests() - fifo;
        }
        return closed / distance;
    }

    /** A Markdown table. */
    String table(ToDoubleFunction<Hits> figure) {
        StringBuilder table = new StringBuilder("| trace | room |");
        contenders.forEach(
                contender -> table.append(' ').append(contender.name()).append(" |"));
        table.append("\n|---|--:|").append("--:|".repeat(contenders.size()));
        for (Row row : rows) {
            table.append(String.format(Locale.ROOT, "\n| %s | %s %% |", row.trace, percent(row.share)));
            row.hits.forEach(hits -> table.append(String.format(Locale.ROOT, " %.1f |", figure.applyAsDouble(hits))));
        }
        return table.toString();
    }

    private static String percent(double share) {
        return share < 0.01 ? Double.toString(100 * share) : Long.toString(Math.round(100 * share));
    }
}
