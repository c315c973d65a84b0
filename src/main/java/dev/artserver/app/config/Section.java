package dev.artserver.app.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A group of keys: a record's component that is a record, or a map from names to records.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Section {
  /// What its keys are about; its comment in the documented file.
  String about();

  /// For a map: the names there are when the file says nothing, each with defaults only.
  String[] names() default {};
}
