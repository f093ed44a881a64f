package org.cachemanager.config.yaml;

/**
 * Where the value of a setting comes from.
 *
 * @param source the kind of place
 * @param where the place as a person names it: {@code cachemanager.yaml:12}, {@code CACHEMANAGER_MAX_CACHE_SIZE},
 *     {@code run time} or {@code default}
 * @param line the line in the file, counted from 1; 0 when it is not from a line
 */
public record Origin(Source source, String where, int line) {

    /** The kinds of places, the one that wins last. */
    public enum Source {
        /** Nobody said anything. */
        DEFAULT,
        /** A line of the file. */
        FILE,
        /** Somebody set it while the node runs. */
        RUN_TIME,
        /** A variable of the environment. */
        ENVIRONMENT
    }

    static final Origin BY_DEFAULT = new Origin(Source.DEFAULT, "default", 0);

    static final Origin RUN_TIME = new Origin(Source.RUN_TIME, "run time", 0);

    static Origin line(String fileName, int line) {
        return new Origin(Source.FILE, fileName.concat(":").concat(Integer.toString(line)), line);
    }

    static Origin variable(String name) {
        return new Origin(Source.ENVIRONMENT, name, 0);
    }

    @Override
    public String toString() {
        return where;
    }
}
