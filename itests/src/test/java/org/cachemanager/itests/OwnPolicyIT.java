package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cachemanager.testkit.node.Home;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * From nothing to a policy of one's own in a node that runs, as the README says, with an empty local repository: a
 * Maven project outside this build. What is not ours comes from the local repository of this build as far as it is
 * there.
 */
public class OwnPolicyIT {

    private static final int ITEMS = 500;
    private static final long BUILD_MINUTES = 5;
    private static final long PATIENCE_SECONDS = 30;

    /** Of what a command says, as much of the end is shown when it fails. */
    private static final int SHOWN = 4000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Path work = Path.of(System.getProperty("policy.directory"));

    @Before
    public void empty() throws IOException {
        if (Files.exists(work)) {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(work);
    }

    private String run(Path directory, String... words) throws IOException, InterruptedException {
        Path output = folder.newFile().toPath();
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        assertThat(process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES))
                .as("%s ends", List.of(words))
                .isTrue();
        String said = Files.readString(output, UTF_8);
        assertThat(process.exitValue())
                .as("%s says at its end: %s", List.of(words), end(said))
                .isZero();
        return said;
    }

    private static String end(String said) {
        return said.substring(Math.max(0, said.length() - SHOWN));
    }

    private String maven(Path project, String... words) throws IOException, InterruptedException {
        Path settings = work.resolve("settings.xml");
        String local = "<id>local</id><releases><checksumPolicy>ignore</checksumPolicy></releases><url>"
                + Path.of(System.getProperty("local.repository")).toUri() + "</url>";
        Files.writeString(
                settings,
                "<settings><profiles><profile><id>local</id>"
                        + "<activation><activeByDefault>true</activeByDefault></activation>"
                        + "<repositories><repository>" + local + "</repository></repositories>"
                        + "<pluginRepositories><pluginRepository>" + local + "</pluginRepository></pluginRepositories>"
                        + "</profile></profiles></settings>");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-B",
                "--settings",
                settings.toString(),
                "-Dmaven.repo.local=" + work.resolve("repository")));
        command.addAll(List.of(words));
        return run(project, command.toArray(String[]::new));
    }

    @Test
    public void policy_fromNothing_servesInANodeThatRuns_andIsReplacedThere() throws Exception {
        String command = Home.ofTest().directory().resolve("bin/cachemanager").toString();
        run(work, command, "new-policy", "mine", "--package", "com.example.mine");
        Path project = work.resolve("mine-eviction");
        String verified = maven(project, "verify");
        assertThat(verified.contains("Tests run: 2, Failures: 0"))
                .as("two tests run: %s", end(verified))
                .isTrue();
        Path jar = project.resolve("target/com.example.mine-1.0.0.jar");

        try (NodeProcess node = new NodeProcess(folder.newFolder("a node").toPath(), Map.of())) {
            for (int i = 0; i < ITEMS; i++) {
                node.post("/set_data", item(i, ",\"data\":\"d" + i + "\",\"ttl\":600"));
            }
            Path deployed = folder.getRoot().toPath().resolve("a node/deploy").resolve(jar.getFileName());
            Files.copy(jar, deployed);
            awaitList(node, "com\\.example\\.mine 1\\.0\\.0");
            node.exec("cache:use eviction mine");
            awaitList(node, "eviction +mine +in force");
            change(project);
            Files.delete(deployed);
            awaitList(node, "eviction +\\S+ +in force(?s:(?!.*com\\.example))");
            Files.copy(jar, deployed);
            awaitList(node, "eviction +mine +in force");
            for (int i = 0; i < ITEMS; i++) {
                assertThat(node.post("/get_data", item(i, ",\"max_wait_time\":0"))
                                .path("data")
                                .asText())
                        .isEqualTo("d" + i);
            }
        }
    }

    private void change(Path project) throws IOException, InterruptedException {
        Path source = project.resolve("src/main/java/com/example/mine/MineEviction.java");
        Files.writeString(source, Files.readString(source).replace("return false;", "return true;"));
        maven(project, "-Dmaven.test.skip", "-DskipITs", "package");
    }

    private static void awaitList(NodeProcess node, String pattern) {
        await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(node.exec("cache:list")).containsPattern(pattern));
    }

    private static String item(int number, String more) {
        return "{\"namespace\":\"own\",\"key\":\"k" + number + "\"" + more + "}";
    }
}
