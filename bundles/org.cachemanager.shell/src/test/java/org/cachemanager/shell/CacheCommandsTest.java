package org.cachemanager.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.admin.CacheAdmin.Operation;
import org.junit.Before;
import org.junit.Test;

public class CacheCommandsTest {

    private final FakeCache cache = new FakeCache();
    private final FakeAdmin admin = new FakeAdmin();
    private final Node node = new Node();
    private final CacheCommands commands = new CacheCommands(node);

    @Before
    public void bind() {
        node.bindCache(cache);
        node.bindAdmin(admin);
        node.bindFeatures(admin);
        node.bindSettings(new FakeSettings());
    }

    private String run(CommandSpec spec, String... typed) throws CommandFailedException {
        return commands.run(spec, typed);
    }

    @Test
    public void get_afterSet_printsWhatWasSet() throws Exception {
        String data = "{\"a\": \"☠ \\ \u0001\"}";
        assertThat(run(CommandSpec.SET, "ns", "k", data, "--ttl", "2m")).startsWith("Stored, ");
        assertThat(run(CommandSpec.GET, "ns", "k")).isEqualTo(data + "\n");
        assertThat(run(CommandSpec.GET, "ns", "k", "--json"))
                .isEqualTo("{\"data\": \"{\\\"a\\\": \\\"☠ \\\\ \\u0001\\\"}\", \"expiry\": 1795300000}\n");
        assertThat(cache.lastTtl).isEqualTo(120);
        assertThat(cache.unreleased).isZero();
    }

    @Test
    public void get_absent_failsAsTextAndIsNullAsJson() throws Exception {
        assertThatThrownBy(() -> run(CommandSpec.GET, "ns", "k")).hasMessageContaining("No such item");
        assertThat(run(CommandSpec.GET, "--json", "ns", "k")).isEqualTo("{\"data\": null, \"expiry\": 0}\n");
    }

    @Test
    public void set_refusedByTheCache_failsWithItsMessage() {
        assertThatThrownBy(() -> run(CommandSpec.SET, "ns", "k", "x".repeat(2000)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("The item is over max_item_size.");
    }

    @Test
    public void set_keyOrTtlThatCantBe_fails() {
        assertThatThrownBy(() -> run(CommandSpec.SET, "ns", "a|b", "x")).hasMessageContaining("KEY");
        assertThatThrownBy(() -> run(CommandSpec.SET, "", "a", "x")).hasMessageContaining("NAMESPACE");
        assertThatThrownBy(() -> run(CommandSpec.SET, "ns", "a", "x", "--ttl=0"))
                .hasMessageContaining("--ttl");
        assertThatThrownBy(() -> run(CommandSpec.SET, "ns", "a", "x", "--ttl=ten"))
                .hasMessageContaining("not a time");
        assertThatThrownBy(() -> run(CommandSpec.SET, "ns", "\ud800", "x")).hasMessageContaining("surrogate");
    }

    @Test
    public void del_tellsWhetherThereWasOne() throws Exception {
        run(CommandSpec.SET, "ns", "k", "x");
        assertThat(run(CommandSpec.DEL, "ns", "k")).isEqualTo("Deleted.\n");
        assertThat(run(CommandSpec.DEL, "ns", "k", "--json")).isEqualTo("{\"deleted\": false}\n");
    }

    @Test
    public void arguments_missingTooManyOrUnknown_failWithUsage() {
        assertThatThrownBy(() -> run(CommandSpec.SET, "ns")).hasMessageContaining("KEY is missing");
        assertThatThrownBy(() -> run(CommandSpec.GET, "a", "b", "c")).hasMessageContaining("Too much: \"c\"");
        assertThatThrownBy(() -> run(CommandSpec.STATUS, "--jsno")).hasMessageContaining("Did you mean \"--json\"?");
        assertThatThrownBy(() -> run(CommandSpec.LOCKS, "--limit")).hasMessageContaining("needs a value");
    }

    @Test
    public void help_everyCommand_showsItsUsage() throws Exception {
        for (CommandSpec spec : CommandSpec.values()) {
            assertThat(run(spec, "--help")).contains(spec.usage()).contains("--json");
        }
    }

    @Test
    public void helpCommand_listsThemAll_orTellsOne() throws Exception {
        for (CommandSpec spec : CommandSpec.values()) {
            assertThat(run(CommandSpec.HELP)).contains(spec.firstSentence());
            assertThat(run(CommandSpec.HELP, "cache:" + spec.label())).isEqualTo(spec.help());
        }
        assertThat(run(CommandSpec.HELP, "--json")).contains("\"command\": \"use\"");
        assertThatThrownBy(() -> run(CommandSpec.HELP, "flsh")).hasMessageContaining("mean \"flush\"?");
    }

    @Test
    public void status_asTextAndJson() throws Exception {
        assertThat(run(CommandSpec.STATUS))
                .contains("2.5 KB of 10.0 KB, 25.0 %")
                .contains("asked for: s3fifo")
                .containsPattern("peer +http\\R");
        assertThat(run(CommandSpec.STATUS, "--json"))
                .startsWith("{\"ref\": \"" + FakeCache.REF + "\", \"uptime\": 4581, ")
                .contains("\"cache_percent\": 25.0")
                .endsWith(
                        "{\"seam\": \"eviction\", \"configured\": \"s3fifo\", \"name\": \"lru\"}], \"vacant\": []}\n");
    }

    @Test
    public void status_tellsWhoIsDown_andWhereNobodyIs() throws Exception {
        UUID other = new UUID(2, 2);
        UUID third = new UUID(3, 3);
        cache.peers = List.of(
                new NodeStatus.Peer(FakeCache.REF, 0, null),
                new NodeStatus.Peer(other, 1_795_392_012, "https://10.0.0.2:8183"),
                new NodeStatus.Peer(third, 0, "https://10.0.0.3:8183"));
        cache.vacant = List.of("http://10.0.0.9:8182");
        assertThat(run(CommandSpec.STATUS))
                .contains(String.format(
                        "peers         2 up of 3, this one included%n"
                                + "              %s at https://10.0.0.2:8183 is down since 2026-11-23T00:00:12Z%n"
                                + "              no node found at http://10.0.0.9:8182%n"
                                + "items ",
                        other));
        assertThat(run(CommandSpec.STATUS, "--json"))
                .contains("{\"ref\": \"" + FakeCache.REF + "\", \"deactivated\": 0}")
                .contains("\"deactivated\": 1795392012, \"address\": \"https://10.0.0.2:8183\"}")
                .endsWith(", \"vacant\": [\"http://10.0.0.9:8182\"]}\n");
    }

    @Test
    public void stats_asTextAndJson() throws Exception {
        assertThat(run(CommandSpec.STATS)).contains("9,000").contains("90.0 %");
        assertThat(run(CommandSpec.STATS, "--json"))
                .contains("\"coalesced_hits\": 4")
                .contains("\"refused\": 13");
    }

    @Test
    public void stats_cacheThatLacksThem_fails() {
        admin.operations.remove(Operation.STATISTICS);
        assertThatThrownBy(() -> run(CommandSpec.STATS)).hasMessageContaining("lacks statistics");
    }

    @Test
    public void locks_mostWaitersFirst_controlCharactersReplaced() throws Exception {
        admin.lock("a", "\u001b[31mred", 1);
        admin.lock("b", "k", 5);
        assertThat(run(CommandSpec.LOCKS)).isEqualTo("""
                        NAMESPACE  KEY       LAPSES IN  WAITERS
                        b          k         1.5 s            5
                        a          ?[31mred  1.5 s            1
                        """);
        assertThat(run(CommandSpec.LOCKS, "--json")).startsWith("[{\"namespace\": \"b\"");
    }

    @Test
    public void list_showsWhatServesAndWhatCanBeInstalled() throws Exception {
        assertThat(run(CommandSpec.LIST)).contains("in force").contains("cache:use eviction lru");
        assertThat(run(CommandSpec.LIST, "--json")).contains("\"name\": \"lru\", \"installed\": false");
    }

    @Test
    public void use_notInstalled_installsItAndPutsItInForce() throws Exception {
        assertThat(run(CommandSpec.USE, "eviction", "lru")).contains("in force").contains("newly installed");
        assertThat(run(CommandSpec.USE, "eviction", "lru", "--json")).contains("\"newly_installed\": false");
    }

    @Test
    public void use_unknownNames_offerTheNearest() {
        assertThatThrownBy(() -> run(CommandSpec.USE, "evction", "lru")).hasMessageContaining("mean \"eviction\"?");
        assertThatThrownBy(() -> run(CommandSpec.USE, "eviction", "lur")).hasMessageContaining("mean \"lru\"?");
    }

    @Test
    public void use_featureThatDoesNotResolve_failsWithItsMessage() {
        assertThatThrownBy(() -> run(CommandSpec.USE, "eviction", "broken"))
                .hasMessageContaining("does not resolve")
                .hasMessageContaining("stays");
    }

    @Test
    public void use_notInForceInTime_saysWhatToDo() {
        admin.comesIntoForce = false;
        assertThatThrownBy(() -> run(CommandSpec.USE, "eviction", "lru", "--timeout", "10ms"))
                .hasMessageContaining("not in force after 10 ms")
                .hasMessageContaining("cache:list");
    }

    @Test
    public void config_showsEachSettingAndWhereItIsFrom() throws Exception {
        assertThat(run(CommandSpec.CONFIG)).isEqualTo("""
                        SETTING           VALUE  FROM
                        max_cache_size    64MB   cachemanager.yaml:3
                        http_server.port  8182   default
                        log.prefix        -      default
                        """);
        assertThat(run(CommandSpec.CONFIG, "http_server")).contains("8182").doesNotContain("64MB");
        assertThat(run(CommandSpec.CONFIG, "log.prefix", "--json"))
                .isEqualTo("[{\"name\": \"log.prefix\", \"value\": null, \"source\": \"default\","
                        + " \"from\": \"default\"}]\n");
        assertThatThrownBy(() -> run(CommandSpec.CONFIG, "max_cach_size"))
                .hasMessageContaining("mean \"max_cache_size\"?");
    }

    @Test
    public void config_withAValue_setsItUntilItIsReset() throws Exception {
        assertThat(run(CommandSpec.CONFIG, "max_cache_size", "32MB")).isEqualTo("max_cache_size is 32MB (run time).\n");
        assertThat(run(CommandSpec.CONFIG)).contains("run time");
        assertThat(run(CommandSpec.CONFIG, "--reset", "max_cache_size", "--json"))
                .contains("\"source\": \"file\"");
        assertThatThrownBy(() -> run(CommandSpec.CONFIG, "max_cache_size", "1TBB"))
                .hasMessageContaining("is not a size")
                .hasMessageContaining("stays as it was");
        assertThatThrownBy(() -> run(CommandSpec.CONFIG, "a", "--reset", "b")).hasMessageContaining("NAME alone");
    }

    @Test
    public void anyCommand_serviceAway_saysSo() {
        node.unbindCache(cache);
        assertThatThrownBy(() -> run(CommandSpec.STATUS)).hasMessageContaining("not there just now");
    }
}
