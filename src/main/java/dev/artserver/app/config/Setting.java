package dev.artserver.app.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// One key of the configuration: a record's component whose name is the key's name.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /// What it means, in a few words; its comment in the documented file.
  String about();

  /// The default, as it would be written in the file; empty: an empty list, or nothing at all for
  /// an optional component.
  String is() default "";

  /// The smallest value allowed, as it would be written; empty: no bound.
  String min() default "";

  /// The largest value allowed, as it would be written; empty: no bound.
  String max() default "";

  /// Shown in the documented file for a key that has no default.
  String example() default "";
}
