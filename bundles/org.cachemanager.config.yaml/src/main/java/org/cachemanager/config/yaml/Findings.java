package org.cachemanager.config.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what is wrong with the settings, to be shown all at once in the order of the file. */
final class Findings {

    /** How much of a value is shown. */
    private static final int SHOWN = 80;

    /** A name or a value must not be able to end the line that shows it. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private record Finding(Origin origin, String line) {}

    /** Begins the line of what is neither in the file nor in the environment; empty without a file. */
    private final String fileName;

    private final List<Finding> faults = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();

    Findings(String fileName) {
        this.fileName = fileName;
    }

    void fault(Origin origin, String setting, String message) {
        faults.add(new Finding(origin, line(origin, setting, message)));
    }

    void warn(Origin origin, String setting, String message) {
        warnings.add(new Finding(origin, line(origin, setting, message)));
    }

    List<String> faults() {
        return sorted(faults);
    }

    List<String> warnings() {
        return sorted(warnings);
    }

    /** A value as it may be shown: in quotes, on one line, not too long. */
    static String quoted(String text) {
        StringBuilder shown = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            shown.append(Character.isSurrogate(text.charAt(i)) ? '?' : text.charAt(i));
        }
        return shown.append(text.length() > SHOWN ? "...\"" : "\"").toString();
    }

    private String line(Origin origin, String setting, String message) {
        String colonSetting = setting.isEmpty() ? "" : setting + ": ";
        String line =
                switch (origin.source()) {
                    case FILE -> origin.where() + ": " + colonSetting + message;
                    case RUN_TIME -> colonSetting + message;
                    case ENVIRONMENT -> origin.where() + ": " + message;
                    case DEFAULT -> (fileName.isEmpty() ? "" : fileName + ": ") + colonSetting + message;
                };
        return CONTROL.matcher(line).replaceAll("?");
    }

    private static List<String> sorted(List<Finding> findings) {
        if (findings.isEmpty()) {
            return List.of();
        }
        return findings.stream()
                .sorted(Comparator.comparing(
                                (Finding finding) -> finding.origin().source() == Origin.Source.ENVIRONMENT)
                        .thenComparing(finding -> finding.origin().line()))
                .map(Finding::line)
                .distinct()
                .toList();
    }
}
