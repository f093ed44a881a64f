package org.cachemanager.config.yaml.internal;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** What bundles say of their configurations in Metatype. */
final class MetatypeDefinitions implements Implementations.Definitions {

    final AtomicReference<@Nullable MetaTypeService> metatype = new AtomicReference<>();
    private final BundleContext context;

    MetatypeDefinitions(BundleContext context) {
        this.context = context;
    }

    @Override
    public @Nullable String refusal(String pid, String property, String value) {
        ObjectClassDefinition definition = definition(pid);
        if (definition == null) {
            return null;
        }
        AttributeDefinition[] attributes = definition.getAttributeDefinitions(ObjectClassDefinition.ALL);
        List<AttributeDefinition> all = attributes == null ? List.of() : List.of(attributes);
        for (AttributeDefinition attribute : all) {
            if (attribute.getID().equals(property)) {
                String refusal = attribute.validate(value);
                return refusal == null || refusal.isEmpty() ? null : "is refused: " + attribute.getDescription();
            }
        }
        return "is for a setting that is not there; there are: "
                + all.stream().map(a -> a.getID().replace('.', '_')).toList();
    }

    private @Nullable ObjectClassDefinition definition(String pid) {
        MetaTypeService service = metatype.get();
        if (service == null) {
            return null;
        }
        for (Bundle bundle : context.getBundles()) {
            MetaTypeInformation information = service.getMetaTypeInformation(bundle);
            if (information != null && Arrays.asList(information.getPids()).contains(pid)) {
                return information.getObjectClassDefinition(pid, null);
            }
        }
        return null;
    }
}
