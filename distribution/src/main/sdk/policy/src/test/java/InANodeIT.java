package {{package}};

import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import org.cachemanager.testkit.node.NodeRule;
import org.junit.Rule;
import org.junit.Test;

/** A node as operators run it, with this policy in force from its first item on. */
public class {{Name}}InANodeIT {

    @Rule
    public final NodeRule node = new NodeRule()
            .setting("max_cache_size", "1MB")
            .setting("eviction", "{{name}}")
            .plugin(Path.of(System.getProperty("plugin.jar")));

    @Test
    public void fullNode_evicts_andKeepsTheNewest() throws Exception {
        for (int i = 0; i < 2000; i++) {
            node.call("/set_data", "{\"namespace\":\"t\",\"key\":\"k" + i + "\",\"data\":\"" + "v".repeat(1000)
                    + "\",\"ttl\":600}");
        }
        String newest = node.call("/get_data", "{\"namespace\":\"t\",\"key\":\"k1999\",\"max_wait_time\":0}");
        assertTrue(newest, newest.contains("vvv"));
        String list = node.exec("cache:list");
        assertTrue(list, list.lines().anyMatch(line -> line.matches("eviction +{{name}} +in force.*")));
    }
}
