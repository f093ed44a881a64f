package org.cachemanager.config.yaml;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.cachemanager.config.yaml.Settings.HttpServer;
import org.cachemanager.config.yaml.Settings.Log;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** Makes the settings of one load; each setting is named here or in one of the readers that it calls. */
final class SettingsReader {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final List<String> LEVELS = List.of("DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL");

    private static final int MOST_FILES = 100;

    private final Section root;
    private final Section.Shared shared;

    private SettingsReader(Section root, Section.Shared shared) {
        this.root = root;
        this.shared = shared;
    }

    static LoadResult load(Inputs inputs) {
        Path file = inputs.file();
        Path name = file == null ? null : file.getFileName();
        String fileName = name == null ? "" : name.toString();
        Path parent = file == null ? null : file.getParent();
        Path directory = parent == null ? Path.of("").toAbsolutePath() : parent;
        Findings findings = new Findings(fileName);
        Node node = file == null ? null : new YamlFile(fileName, findings).read(file, inputs.contents());
        Section.Shared shared = new Section.Shared(
                findings,
                new Overrides(new Environment(inputs.environment()), inputs.runTime()),
                fileName,
                directory,
                inputs.contents(),
                new LinkedHashMap<>(),
                new ArrayList<>());
        Settings settings = new SettingsReader(new Section(shared, "", Origin.BY_DEFAULT, node), shared)
                .read(inputs.maxHeapBytes());
        List<String> faults = findings.faults();
        return new LoadResult(
                faults.isEmpty() ? settings : null,
                faults,
                findings.warnings(),
                shared.overrides().unused(),
                FileTexts.of(faults.isEmpty() ? node : null, directory, inputs.contents()));
    }

    private Settings read(long maxHeapBytes) {
        long maxCacheSize = maxCacheSize(maxHeapBytes);
        long maxItemSize = maxItemSize(maxCacheSize);
        Duration purgeTime = root.time("cache_purge_time", "1s", MOMENT);
        Duration margin = root.time("timestamp_error_margin", "30s", Duration.ZERO);
        Duration workerTimeout = root.time("worker_timeout", "30s", MOMENT);
        EndpointsReader endpoints = new EndpointsReader(root);
        HttpServer http = endpoints.http();
        Settings.HttpsServer https = endpoints.https();
        RegistryReader nodes = new RegistryReader(root, http, https);
        Settings.@Nullable Registry registry = nodes.registry();
        Settings settings = new Settings(
                workerTimeout,
                maxCacheSize,
                maxItemSize,
                root.time("peer_refresh_time", "30s", MOMENT),
                root.time("peer_connection_timeout", "5s", MOMENT),
                margin,
                purgeTime,
                http,
                https,
                endpoints.encryption(),
                registry,
                nodes.peerNodes(registry),
                new ChoiceReader(root, shared).choice("storage", "heap"),
                new ChoiceReader(root, shared).choice("eviction", "s3fifo"),
                log(),
                shared.values());
        reportUnknown();
        return settings;
    }

    private long maxCacheSize(long maxHeapBytes) {
        Value value = root.value("max_cache_size", "1GB");
        long bytes = value.size();
        if (maxHeapBytes > 0 && bytes > HeapRoom.holds(maxHeapBytes)) {
            value.refuse(
                    "is more than a heap of " + HeapRoom.megabytes(maxHeapBytes) + " holds (restart the node with -Xmx"
                            + HeapRoom.megabytes(HeapRoom.heapFor(bytes)).replace("MB", "m") + " or more, or set "
                            + HeapRoom.megabytes(HeapRoom.holds(maxHeapBytes)) + " or less)");
        }
        return bytes;
    }

    private long maxItemSize(long maxCacheSize) {
        Value value = root.value("max_item_size", "10MB");
        long bytes = value.size();
        if (maxCacheSize == 0 || bytes <= maxCacheSize) {
            return bytes;
        }
        String message =
                Findings.quoted(value.text()) + " is above max_cache_size: capped to " + Amounts.format(maxCacheSize);
        root.findings().warn(value.origin(), value.path(), message);
        root.shows("max_item_size", Amounts.format(maxCacheSize), value.origin());
        return maxCacheSize;
    }

    private Log log() {
        Section log = root.section("log");
        Value prefix = log.value("prefix", "");
        if (!prefix.text().matches("([A-Za-z][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)*)?")) {
            prefix.refuse("is not a prefix (use letters and digits, e.g. opsview)");
        }
        Value size = log.value("max_file_size", "10MB");
        long maxFileSize = size.size();
        if (maxFileSize < 1024) {
            size.refuse("is too small (at least 1KB)");
        }
        return new Log(
                prefix.text(),
                log.value("level", "INFO").word(LEVELS),
                maxFileSize,
                log.value("files", "5").integer(1, MOST_FILES));
    }

    private void reportUnknown() {
        Set<String> known = new LinkedHashSet<>();
        for (Section section : shared.sections()) {
            known.addAll(section.asked());
        }
        for (Section section : shared.sections()) {
            section.reportUnknown(known);
        }
        shared.overrides().reportUnknown(shared.findings());
    }
}
