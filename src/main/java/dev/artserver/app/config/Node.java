package dev.artserver.app.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a configuration record may hold, as its annotations say.
sealed interface Node {
  String name();

  String about();

  /// One key.
  ///
  /// @param optional whether there may be no value at all
  record Key(String name, Kind kind, boolean optional, Setting setting) implements Node {
    @Override
    public String about() {
      return setting.about();
    }

    boolean secret() {
      return kind.form() == Kind.Form.SECRET;
    }

    /// The value without any source; null: none, for an optional key.
    @Nullable Object fallback() {
      boolean none = setting.is().isEmpty() && optional;
      return none ? null : kind.read().apply(setting.is());
    }

    Optional<Object> min() {
      return bound(setting.min());
    }

    Optional<Object> max() {
      return bound(setting.max());
    }

    private Optional<Object> bound(String written) {
      return written.isEmpty() ? Optional.empty() : Optional.of(kind.read().apply(written));
    }
  }

  /// Keys that belong together.
  record Group(String name, String about, Class<? extends Record> type, List<Node> members)
      implements Node {
    /// Calls the record's constructor; what it throws comes as it was thrown.
    Record build(List<@Nullable Object> values) throws ReflectiveOperationException {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values.toArray());
    }
  }

  /// Any number of groups of one form, each with a name of its own.
  ///
  /// @param fallbackNames the names there are when no source says any
  record Named(String name, String about, Group each, List<String> fallbackNames) implements Node {}

  /// The tree of a whole configuration.
  static Group of(Class<? extends Record> configuration) {
    return group("", "", configuration);
  }

  private static Group group(String name, String about, Class<? extends Record> type) {
    return new Group(
        name, about, type, Arrays.stream(type.getRecordComponents()).map(Node::member).toList());
  }

  private static Node member(RecordComponent component) {
    Section section = component.getAnnotation(Section.class);
    Type type = component.getGenericType();
    if (section == null) {
      return key(component.getName(), type, component.getAnnotation(Setting.class));
    }
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      Group each = group("<name>", "", recordClass(map.getActualTypeArguments()[1]));
      return new Named(component.getName(), section.about(), each, List.of(section.names()));
    }
    return group(component.getName(), section.about(), recordClass(type));
  }

  private static Key key(String name, Type type, @Nullable Setting setting) {
    if (setting == null) {
      throw new IllegalStateException("component '" + name + "' has neither Setting nor Section");
    }
    boolean optional =
        type instanceof ParameterizedType wrapped && wrapped.getRawType() == Optional.class;
    Type inner = optional ? ((ParameterizedType) type).getActualTypeArguments()[0] : type;
    return new Key(name, Kind.of(inner), optional, setting);
  }

  private static Class<? extends Record> recordClass(Type type) {
    return ((Class<?>) type).asSubclass(Record.class);
  }
}
