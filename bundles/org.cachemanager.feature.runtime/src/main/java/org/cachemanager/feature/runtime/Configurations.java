package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Where the configurations of features go. */
interface Configurations {

    /** The properties that a PID has now, if any. */
    Optional<Map<String, Object>> get(String pid) throws IOException;

    /** Creates or replaces a configuration. */
    void put(String pid, Map<String, Object> properties) throws IOException;

    /** Deletes a configuration if there is one. */
    void delete(String pid) throws IOException;

    /** Forgets everything: before the framework runs there is nobody to tell, and the component makes up for it. */
    Configurations LATER = new Configurations() {
        @Override
        public Optional<Map<String, Object>> get(String pid) {
            return Optional.empty();
        }

        @Override
        public void put(String pid, Map<String, Object> properties) {
            // nobody to tell yet
        }

        @Override
        public void delete(String pid) {
            // nobody to tell yet
        }
    };
}
