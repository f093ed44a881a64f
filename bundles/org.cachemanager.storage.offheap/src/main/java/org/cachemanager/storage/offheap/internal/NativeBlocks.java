package org.cachemanager.storage.offheap.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;

/**
 * Takes memory outside the heap that can be given back at once, without waiting for the collector: as the JVM that runs
 * this has it, without a warning or an option.
 */
interface NativeBlocks {

    /** The first version of Java with {@code java.lang.foreign}. */
    int FOREIGN_MEMORY = 22;

    /** Takes a block, all of it zero; throws {@link OutOfMemoryError} when there is none. */
    DirectMemory.Block take(int bytes);

    static NativeBlocks ofThisJvm() {
        try {
            return Runtime.version().feature() >= FOREIGN_MEMORY ? Arenas.find() : Cleaned.find();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException("This JVM has no way to give memory outside the heap back.", e);
        }
    }

    /** What a method handle may throw, as what it can only be. */
    static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
    }

    /** Shared arenas of {@code java.lang.foreign}, looked up since this is compiled for an older JVM. */
    record Arenas(MethodHandle open, MethodHandle allocate, MethodHandle buffer, MethodHandle close)
            implements NativeBlocks {

        private static final long ALIGNMENT = 8;

        static Arenas find() throws ReflectiveOperationException {
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            return new Arenas(
                    lookup.findStatic(arena, "ofShared", MethodType.methodType(arena)),
                    lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class, long.class)),
                    lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class)),
                    lookup.findVirtual(arena, "close", MethodType.methodType(void.class)));
        }

        @Override
        public DirectMemory.Block take(int bytes) {
            try {
                Object arena = open.invoke();
                Object segment = allocate.invoke(arena, (long) bytes, ALIGNMENT);
                return new DirectMemory.Block((ByteBuffer) buffer.invoke(segment), () -> close(arena));
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }

        private void close(Object arena) {
            try {
                close.invoke(arena);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    /** Direct buffers, given back by the one method that older JVMs have for it. */
    record Cleaned(MethodHandle clean) implements NativeBlocks {

        static Cleaned find() throws ReflectiveOperationException {
            Class<?> type = Class.forName("sun.misc.Unsafe", true, ClassLoader.getPlatformClassLoader());
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            MethodHandle clean = MethodHandles.lookup()
                    .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class));
            return new Cleaned(clean.bindTo(instance.get(null)));
        }

        @Override
        public DirectMemory.Block take(int bytes) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
            return new DirectMemory.Block(buffer, () -> giveBack(buffer));
        }

        private void giveBack(ByteBuffer buffer) {
            try {
                clean.invoke(buffer);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }
}
