package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cachemanager.shell.DoorClient;

/** A session in a node's shell that stays open for many commands. Used by one thread. */
final class Door implements AutoCloseable {

    private final DoorClient client;

    Door(Path base) throws IOException {
        client = DoorClient.connect(base);
    }

    /** Executes a line, which must succeed; gives what it printed. */
    String exec(String line) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = client.execute(line, said, said);
        String text = said.toString(UTF_8);
        assertThat(status).as("%s: %s", line, text).isZero();
        return text;
    }

    /** The number of the bundle with that symbolic name. */
    String number(String bundle) throws IOException {
        String bundles = exec("felix:lb -s");
        Matcher found = Pattern.compile("(\\d+)\\|[^|]*\\|[^|]*\\|" + Pattern.quote(bundle + ' '))
                .matcher(bundles);
        assertThat(found.find()).as("%s in %s", bundle, bundles).isTrue();
        return found.group(1);
    }

    JsonNode json(String line) throws IOException {
        return NodeProcess.json(exec(line));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
