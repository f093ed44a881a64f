package org.cachemanager.config.yaml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** What the file says of each setting, whoever wins: to tell which settings a change of it has changed. */
public final class FileTexts {

    private static final String KEYS = ".keys";
    private static final String KEYS_FILE = ".keys_file";

    private final Map<String, String> texts = new HashMap<>();

    private FileTexts() {}

    /** @param root of a file that was found without a fault, so that it is neither deep nor a loop */
    static FileTexts of(@Nullable Node root, Path directory, FileContents contents) {
        FileTexts texts = new FileTexts();
        if (root instanceof MappingNode mapping) {
            texts.addAll("", mapping);
        }
        texts.addKeysOf("http_server.encryption", directory, contents);
        texts.addKeysOf("https_server.encryption", directory, contents);
        return texts;
    }

    /** Whether another state of the file says something else of a setting; of keys, in whichever way it gives them. */
    public boolean differ(FileTexts other, String setting) {
        boolean same = Objects.equals(texts.get(setting), other.texts.get(setting));
        if (!setting.endsWith(KEYS)) {
            return !same;
        }
        String file = setting.substring(0, setting.length() - KEYS.length()).concat(KEYS_FILE);
        return !same || !Objects.equals(texts.get(file), other.texts.get(file));
    }

    private void addAll(String prefix, MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name) {
                add(prefix.concat(name.getValue()), tuple.getValueNode());
            }
        }
    }

    private void add(String path, Node node) {
        if (node instanceof MappingNode mapping) {
            // an implementation with settings of its own: its name is what the setting says
            texts.put(path, firstName(mapping));
            addAll(path.concat("."), mapping);
        } else if (node instanceof SequenceNode sequence) {
            StringBuilder text = new StringBuilder();
            int index = 0;
            for (Node item : sequence.getValue()) {
                String itemPath = path + '[' + index++ + ']';
                add(itemPath, item);
                text.append(texts.get(itemPath)).append(',');
            }
            texts.put(path, text.toString());
        } else if (node instanceof ScalarNode scalar) {
            texts.put(path, scalar.getValue());
        }
    }

    private static String firstName(MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name) {
                return name.getValue();
            }
        }
        return "";
    }

    private void addKeysOf(String encryption, Path directory, FileContents contents) {
        String setting = encryption.concat(KEYS_FILE);
        String path = texts.get(setting);
        if (path == null || path.isEmpty() || path.indexOf('\0') >= 0) {
            return;
        }
        try {
            byte[] bytes = contents.read(directory.resolve(path).normalize());
            texts.put(setting, path + '\n' + new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            texts.put(setting, path + '\n' + unreadable.getMessage());
        }
    }
}
