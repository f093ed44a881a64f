package org.cachemanager.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.Test;

/** What a newcomer reads can be pasted into a shell. */
public final class GreetingTest {

    @Test
    public void lines_nameTheAddressAndWhatToTry() {
        String text = String.join("\n", Greeting.lines("http://127.0.0.1:8182", Path.of("/opt/a home"), false));

        assertThat(text)
                .contains("listens on http://127.0.0.1:8182")
                .contains("curl -d '{\"namespace\": \"demo\", \"key\": \"greeting\"}' http://127.0.0.1:8182/get_data")
                .contains("'/opt/a home/bin/cachemanager' console");
    }

    @Test
    public void lines_withEncryption_makeATokenFirst() {
        String text = String.join("\n", Greeting.lines("http://127.0.0.1:8182", Path.of("/opt/home"), true));

        assertThat(text).contains("\"namespace\": \"'$(/opt/home/bin/cachemanager token demo)'\"");
    }
}
