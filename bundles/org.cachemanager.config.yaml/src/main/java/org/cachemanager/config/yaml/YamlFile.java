package org.cachemanager.config.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads a file into YAML nodes, which know their lines; nothing is constructed from them. */
final class YamlFile {

    private static final int MAX_BYTES = FileContents.MAX_BYTES;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_ALIASES = 20;

    private final String fileName;
    private final Findings findings;

    YamlFile(String fileName, Findings findings) {
        this.fileName = fileName;
        this.findings = findings;
    }

    /** The root of the file; {@code null} when it is empty or, with a fault, when it can't be used. */
    @Nullable
    Node read(Path file, FileContents contents) {
        String text = text(file, contents);
        if (text == null) {
            return null;
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        try {
            return new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options)
                    .getSingleNode();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            String problem = e.getProblem() != null ? e.getProblem() : String.valueOf(e.getContext());
            fault(mark == null ? 0 : mark.getLine() + 1, "is not YAML: " + problem);
        } catch (ReaderException e) {
            int end = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            int line = 1
                    + (int) text.substring(0, end)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            fault(line, "holds a character that YAML does not allow (U+%04X)".formatted(e.getCodePoint()));
        } catch (YAMLException e) {
            fault(0, "is not YAML that can be used: " + e.getMessage());
        }
        return null;
    }

    private @Nullable String text(Path file, FileContents contents) {
        try {
            byte[] bytes = contents.read(file);
            if (bytes.length > MAX_BYTES) {
                fault(0, "is larger than 1MB: is it the right file?");
                return null;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            fault(0, "is not UTF-8");
        } catch (IOException e) {
            fault(0, "can't be read: " + reason(e) + " (" + file + ')');
        }
        return null;
    }

    /** Why a file can't be read, in words. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "no permission";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private void fault(int line, String message) {
        if (line == 0) {
            findings.fault(Origin.BY_DEFAULT, "", message);
        } else {
            findings.fault(Origin.line(fileName, line), "", message);
        }
    }
}
