package dev.artserver.model;

/// Who answered a model call in the place of the provider it was meant for.
///
/// @param model the name there of the model that answered
public record ServedBy(String provider, String model) {}
