package org.cachemanager.feature.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.Test;

/** The list of installed features, and how it is written. */
public final class InstalledFeaturesTest {

    private static final Part PART = new Part(Coordinates.parse("g:a:1.0"), 5, 0xF000_0000_0000_0001L);

    @Test
    public void lines_readBack_giveTheSame() {
        InstalledFeatures features = InstalledFeatures.NONE
                .with(new InstalledFeature("node", 7, List.of(), List.of(), List.of("a", "b")))
                .with(new InstalledFeature("a", 8, List.of(PART), List.of("a.pid", "f~x"), List.of()));

        InstalledFeatures read = InstalledFeatures.parse(features.lines());

        assertThat(read).isEqualTo(features);
        assertThat(read.lines()).isEqualTo(features.lines());
    }

    @Test
    public void parse_ofWhatItDoesNotKnow_throws() {
        assertThatThrownBy(() -> InstalledFeatures.parse(List.of("feature\ta\t0", "novelty\tx")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("novelty");
    }

    @Test
    public void sharing_givesEveryFeatureTheSameContent() {
        Part fresh = new Part(PART.artifact(), 5, 2);
        InstalledFeatures features =
                InstalledFeatures.NONE.with(new InstalledFeature("a", 8, List.of(PART), List.of(), List.of()));

        assertThat(features.sharing(List.of(fresh)).parts().values()).containsExactly(fresh);
    }

    @Test
    public void coordinates_haveTheFormOfTheSpecification() {
        for (String text : List.of("g:a:1", "g:a:zip:1", "g:a:jar:light:1")) {
            assertThat(Coordinates.parse(text)).hasToString(text);
        }
        assertThatThrownBy(() -> Coordinates.parse("g:a")).isInstanceOf(IllegalArgumentException.class);
    }
}
