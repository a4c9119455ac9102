//! From the methods of a block to what they are called for.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, FnArg, Meta, Pat, ReturnType, Type};

use super::args::{Args, Mode, Named};
use super::ast::{Handler, Param, Role, Wired};
use super::block::{Block, Method, name_of};
use crate::case::{self, Case, plain};
use crate::errors::Errors;
use crate::types::bare;

pub(crate) fn handler<'a>(args: Args, block: &'a Block, errors: &mut Errors) -> Handler<'a> {
    let methods = block.methods().filter(|method| method.may_be_wired());
    let wired = methods.filter_map(|method| wired(method, &args.mode, errors));
    let wired = wired.collect();
    Handler { args, wired }
}

fn wired<'a>(method: &'a Method, mode: &Mode, errors: &mut Errors) -> Option<Wired<'a>> {
    let role = role(method, mode, errors)?;
    let mut params = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some(self::param(&param.pat, &param.ty)),
        FnArg::Receiver(_) => None,
    });
    let mut wired = Wired {
        method,
        role,
        context: None,
        context_pattern: None,
        params: Vec::new(),
        output: match &method.sig.output {
            ReturnType::Type(_, ty) if !is_unit(ty) => Some(ty),
            ReturnType::Type(..) | ReturnType::Default => None,
        },
    };
    if let Some(first) = params.next() {
        match behind_mut(first.ty) {
            Some(context) => {
                wired.context = Some(context);
                wired.context_pattern = Some(first.pattern);
            }
            None => wired.params.push(first),
        }
    }
    wired.params.extend(params);
    Some(wired)
}

/// What the name or the attribute of a method says it is for.
fn role(method: &Method, mode: &Mode, errors: &mut Errors) -> Option<Role> {
    let ident = &method.sig.ident;
    let mut attrs = method.action_attrs();
    if let Some(attr) = attrs.next() {
        if let Some(second) = attrs.next() {
            errors.at(
                second,
                "a method handles one action: write a second method for this one, which may call \
                 the first",
            );
        }
        return role_by_attribute(attr, mode, errors);
    }
    let name = name_of(ident);
    let action = name
        .strip_prefix("network")
        .or_else(|| name.strip_prefix("Network"))?;
    Some(match action {
        "" => Role::Observer,
        "_connected" => Role::Connected,
        "_disconnected" => Role::Disconnected,
        "_error" => Role::Error,
        "_" => {
            errors.at(
                ident,
                match mode {
                    Mode::Loose => {
                        "the action is missing: name the method `network_<action>`, for example \
                         `network_chat`"
                    }
                    _ => {
                        "the action is missing: name the method `network_<action>`, after a \
                         variant in snake_case"
                    }
                },
            );
            return None;
        }
        action => {
            let name = action.strip_prefix('_').unwrap_or(action).to_owned();
            match mode {
                Mode::Loose => Role::Action {
                    action: name,
                    tokens: ident.to_token_stream(),
                },
                _ => Role::Variant {
                    method: name,
                    marker: Ident::new(&format!("network{action}"), ident.span()),
                    named: None,
                },
            }
        }
    })
}

/// What `#[action(…)]` says.
fn role_by_attribute(attr: &Attribute, mode: &Mode, errors: &mut Errors) -> Option<Role> {
    let tokens = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => attr.meta.to_token_stream(),
    };
    let named = match attr.meta {
        Meta::List(_) => Named::parse(tokens.clone()).ok(),
        _ => None,
    };
    match (named, mode) {
        (Some(Named::Action(action)), Mode::Loose) => Some(Role::Action {
            action: action.value(),
            tokens,
        }),
        (Some(Named::Variant(variant)), Mode::Linked { .. }) => Some(variant_role(&variant)),
        (Some(Named::Variant(variant)), Mode::Loose) => {
            let action = Case::Snake.apply(&plain(&variant));
            errors.at(
                variant,
                format!(
                    "without an enum, an action is a text: write `#[action(\"{action}\")]`, or \
                     name the enum, as in `#[network_handler(ToServer)]`"
                ),
            );
            None
        }
        (Some(Named::Action(action)), Mode::Linked { .. }) => {
            errors.at(
                action,
                "in a block with an enum, a method handles a variant: write its name, for \
                 example `#[action(Quit)]`",
            );
            None
        }
        (Some(_), Mode::Unknown) => None,
        (None, _) => {
            let guilty = if tokens.is_empty() {
                attr.to_token_stream()
            } else {
                tokens
            };
            errors.at(
                guilty,
                match mode {
                    Mode::Loose => {
                        "name the one action that this method handles: write for example \
                         `#[action(\"start-line\")]`"
                    }
                    _ => {
                        "name the one variant that this method handles, without the enum: write \
                         for example `#[action(Quit)]`"
                    }
                },
            );
            None
        }
    }
}

fn variant_role(variant: &Ident) -> Role {
    let name = plain(variant);
    let method = Case::Snake.apply(&name);
    let marker = Ident::new(&format!("network_{method}"), variant.span());
    Role::Variant {
        method,
        marker,
        named: Some(name),
    }
}

fn param<'a>(pattern: &'a Pat, ty: &'a Type) -> Param<'a> {
    let field = match pattern {
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => {
            Some(field_of(&ident.ident))
        }
        _ => None,
    };
    let borrowed = matches!(bare(ty), Type::Reference(ty) if ty.mutability.is_none());
    Param {
        pattern,
        ty,
        borrowed,
        field,
    }
}

/// The field that a parameter of this name asks for: one leading underscore is
/// what the compiler advises for a parameter that is not used.
fn field_of(param: &Ident) -> Ident {
    let name = plain(param);
    let stripped = name.strip_prefix('_');
    let field = stripped.and_then(|name| case::ident(name, param.span()));
    field.unwrap_or_else(|| param.clone())
}

/// `T` of `&mut T`.
fn behind_mut(ty: &Type) -> Option<&Type> {
    match bare(ty) {
        Type::Reference(ty) if ty.mutability.is_some() => Some(&ty.elem),
        _ => None,
    }
}

fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}
